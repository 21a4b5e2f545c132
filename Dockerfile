# docker build -t explorer .
# docker run -p 8501:8501 explorer
FROM python:3.11-slim

# Where pip finds the CPU build of torch; the selector on PyTorch's page "Start Locally" shows the address.
# Without it, plain torch brings several gigabytes of CUDA libraries.
ARG TORCH_INDEX=""
# "yes" puts the default models into the image; "no" fetches each on first use.
ARG FETCH_MODELS="yes"

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 EXPLORER_CACHE=/cache
RUN useradd --create-home --uid 1000 explorer && install -d -o explorer -g explorer /cache
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch==2.14.1 torchvision==0.29.1
RUN pip install -r requirements.txt -c constraints.txt
# For rooms that are kept in PostgreSQL (EXPLORER_ROOMS).
RUN pip install "psycopg[binary]" -c constraints.txt
COPY app.py pyproject.toml README.md ./
COPY .streamlit .streamlit
COPY static static
COPY core core
COPY components components
COPY pages pages

USER explorer
RUN if [ "$FETCH_MODELS" = yes ]; then python -m core.models; fi
VOLUME /cache
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0", "--server.headless=true"]
