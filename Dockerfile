# The mock Genesys Cloud in a container:
#   docker build -t recording-toolkit-mock .
#   docker run --rm -p 127.0.0.1:8080:8080 recording-toolkit-mock --scenario scope-misleading
FROM python:3.13-slim

RUN useradd --create-home --shell /usr/sbin/nologin mock
WORKDIR /src
COPY requirements/build.txt requirements/mock.txt ./
# The build tools come first, by their hashes: pip would download the newest.
RUN python -I -m pip install --no-cache-dir --require-hashes -r build.txt
RUN python -I -m pip install --no-cache-dir --require-hashes --no-build-isolation -r mock.txt
COPY pyproject.toml hatch_build.py recording_toolkit.py README.md LICENSE ./
COPY policies ./policies
COPY toolkit ./toolkit
RUN python -I -m pip install --no-cache-dir --no-deps --no-build-isolation .
RUN python -I -m pip uninstall --yes -r build.txt

# Scenarios of your own: mount them here and name them, --scenario our-org.yaml.
WORKDIR /scenarios
USER mock
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --retries=5 \
  CMD ["python", "-I", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/__mock__/requests', timeout=2)"]
ENTRYPOINT ["python", "-I", "-m", "toolkit", "mock", "--host", "0.0.0.0", "--port", "8080"]
CMD ["--scenario", "ready"]
