// Package web is the stack behind the REST API: it schedules interviews, takes
// transcripts and shows notes and figures. It knows requests and answers; what
// they mean is the services' to know.
//
//seastack:stack owner=hiring memory=256 timeout=10s
package web
