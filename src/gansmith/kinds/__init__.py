"""What a sample is: an image, a vector, a series; one file each.

A kind holds everything that depends on it: which shapes fit, how stored values become what networks
see and back, what images show, which files samples are written to, and what is chosen where a
recipe says nothing. Nothing else asks for a tensor's rank to find out what it means.
"""
