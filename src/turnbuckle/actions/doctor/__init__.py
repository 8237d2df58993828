"""doctor: finds out what is wrong, and says what to do. One file for each thing that is looked at;
`examining` holds their list. Reads only."""
