"""What samples may be conditioned on, one file a condition, each a builder of ``Conditioning``.

A recipe names one in ``[condition]``, and codes of the latent in ``[codes]``; ``of_run`` makes the
conditionings of a run, over which training, exams, sampling and export loop.
"""
