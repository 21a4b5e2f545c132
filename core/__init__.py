"""The compute layer of the Foundation Model Explorer. It imports neither streamlit nor plotly."""
