"""The pages of docs/ that are made of code, catalogue and packs: `python -m docs.generate`."""
