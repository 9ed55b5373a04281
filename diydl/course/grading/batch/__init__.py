"""Many submissions: processes that grade side by side, and results that are kept."""
