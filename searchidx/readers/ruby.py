"""Ruby of office documents: text set above characters, stored behind them."""


def with_ruby(base: str, ruby: str) -> str:
    """Return characters with the text above them behind them, in brackets."""
    return f"{base}({ruby.strip()})" if base.strip() and ruby.strip() else base or ruby
