// Package inputs finds out what functions are made of: files, packages, modules
// and settings, and the keys that stand for all of that. It remembers the go
// command's answer in a stamp, together with all that the answer was made from,
// and asks again when any of that is another. The documentation of package
// artifact has the rules.
//
// A watchlist names what a listing depends on; a snapshot is the state of all
// that a watchlist names; a survey is a listing together with the snapshot that
// it holds for, as a closure; a stamp is a survey on disk.
package inputs

// Function is one entrypoint.
type Function struct {
	Stack, Name string
	Dir         string // folder of the main package, from the module's root, with slashes
	GOARCH      string // what it is built for; "": what the request says
}

// ID returns the function's name in the whole module: "web/interviews-create".
func (f Function) ID() string { return f.Stack + "/" + f.Name }

// Request is what to survey.
type Request struct {
	Root         string     // the module's root, absolute and without symbolic links
	Functions    []Function // sorted, all for the request's GOARCH
	GOOS, GOARCH string     // what they are built for
	ZipFormat    string     // everything that decides how a binary becomes a zip
	Env          []string   // the user's environment
	Jobs         int        // how much to run at once
}

// dirs returns the folders of the main packages.
func (r Request) dirs() []string {
	dirs := make([]string, len(r.Functions))
	for i, f := range r.Functions {
		dirs[i] = f.Dir
	}
	return dirs
}
