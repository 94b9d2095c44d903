"""What is kept: database, journal, inventory, documents, archive, audit chain. `store.store.Store` is the way in."""
