"""The OpenAPI document, generated from the routes: examples, events, links, and what all operations share."""
