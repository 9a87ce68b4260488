"""Demo data: invented people and businesses in real regions, under the real rules, marked everywhere as demo."""
