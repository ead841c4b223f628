// Package sourcing finds candidates by what their profiles say. It owns the table
// candidate_documents, which follows the candidates service's events; it never
// reads that service's table.
//
// Words are compared without case and accents, and as they are: neither stemmed
// nor left out, since names and skills are no sentences. What PostgreSQL's parser
// would take apart stays one word, so that C++, C#, .NET and node.js differ from C
// and js, and are found.
package sourcing
