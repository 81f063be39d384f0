# gansmith in a container, for a processor or a GPU:
#   docker build -t gansmith .                                   # processor
#   docker build -t gansmith --build-arg DEVICE=gpu .            # CUDA; run with --gpus all
#   docker run --rm -v $PWD/runs:/data/runs gansmith train quickstart --run runs/demo
#   docker run --rm -p 8765:8765 -v $PWD/runs:/data/runs gansmith watch runs --host 0.0.0.0
#   docker run --rm --entrypoint make gansmith -C /src test      # the tests
FROM python:3.11-slim-bookworm
ARG DEVICE=cpu
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ git make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# torch of the registry is the CUDA build; its own index has the one without, a tenth of the size
RUN python -m venv .venv \
    && if [ "$DEVICE" = cpu ]; then \
         .venv/bin/pip install --no-cache-dir -c constraints.txt torch \
           --index-url https://download.pytorch.org/whl/cpu; fi \
    && .venv/bin/pip install --no-cache-dir -c constraints.txt '.[dashboard,export]'
ENV PATH=/src/.venv/bin:$PATH OMP_WAIT_POLICY=passive
WORKDIR /data
ENTRYPOINT ["gansmith"]
CMD ["--help"]
