"""cli: doors for operators. One file per command; reads through `store.queries`, changes through
`actions`."""
