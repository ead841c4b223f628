// Package postgres runs a private PostgreSQL server from the machine's own
// binaries: in a folder of its own, on 127.0.0.1 only, behind a password that
// nobody else can read. It knows how a server is made, found again, started and
// stopped, as an ordinary user and as root; it must not know what is kept in it.
//
// Layout, below Options.Dir:
//
//	lock          held by whoever starts, stops or removes the server
//	state.json    where its home is, its port and its process
//	password      of the superuser
//	home/         data/ and server.log; owned by who runs the server
//
// PostgreSQL refuses to run as root. Then another account runs it, and where
// that account cannot reach Options.Dir, home is elsewhere; see newHome.
package postgres
