// Package unusedhandle defines an Analyzer that reports handles which nothing uses.
//
// # Analyzer unusedhandle
//
// unusedhandle: report handles that constructors take and nothing uses
//
// The handles that a function's constructors take are its grants. One that is left
// over from an earlier version still opens a connection, sets a variable and allows
// the function to send, to publish or to read:
//
//	func NewReports(reports *reports.Service, old queue.Sender[Ready]) *Reports { // error: old is never used
//		return &Reports{reports: reports}
//	}
//
// To pass a handle on to another constructor, to call it or to return it is a use. To
// store it in a field that nothing reads is none, nor is a comparison with nil. A
// service that a constructor takes and does not use is reported as well, where its
// own constructor takes handles, in this package or another. Fields that are exported
// or embedded are taken to be used. Tests do not count as users.
//
// Only constructors are looked at: exported functions that return a named type or a
// pointer to one. A service that is taken by an interface is not traced to its
// handles.
package unusedhandle
