"""What is kept: database, journal, ledger, documents, archive, audit chain. `store.store.Store` is the way in."""
