"""The state of population methods as folds over results: between the strategies, which hold settings, and their mathematics."""
