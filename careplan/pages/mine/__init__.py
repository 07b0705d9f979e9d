"""The patient's own pages: today, one exercise after another, plan, progress, record, help."""
