"""Campaigns. In order: models, audiences, rules (launch, pause), runs (the job), exchanges and correspondence."""
