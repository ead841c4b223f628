package front

import (
	"path"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
)

// Lost returns a finding for each handler and each queue that the files on disk
// declare and the model lacks. It asks nobody but the disk and the parser, so
// that a listing or a cache which left something out cannot pass for a
// repository without it. Where there is such a finding, nothing may be removed
// or cached.
func Lost(root string, folders config.Folders, m model.Model) (diag.List, error) {
	dirs, err := load.Packages(root, folders)
	if err != nil {
		return nil, err
	}
	known := declared(m)
	var list diag.List
	for _, dir := range dirs {
		files, err := annotatedFiles(root, dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if f.err != nil {
				return nil, f.err
			}
			list = append(list, f.missing(known)...)
		}
	}
	return list, nil
}

// Declares reports whether a folder's Go files declare handlers or queues,
// whatever the go command thinks of them.
func Declares(root, dir string) (bool, error) {
	files, err := annotatedFiles(root, dir)
	return len(files) > 0, err
}

// declaration names what an annotation stands on. Two methods of one file may
// share a name, so that declarations are counted.
type declaration struct{ file, name string }

func declared(m model.Model) map[declaration]int {
	known := map[declaration]int{}
	for _, q := range m.Queues {
		if !q.Subscribed() {
			known[declaration{q.Pos.File, q.Payload.Name}]++
		}
	}
	for _, s := range m.Secrets {
		known[declaration{s.Pos.File, s.Payload.Name}]++
	}
	for _, c := range m.Configs {
		known[declaration{c.Pos.File, c.Payload.Name}]++
	}
	for _, b := range m.Buckets {
		known[declaration{b.Pos.File, b.Payload.Name}]++
	}
	for _, e := range m.Events {
		known[declaration{e.Pos.File, e.Payload.Name}]++
	}
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			known[declaration{f.Pos.File, f.Handler.Name}]++
		}
	}
	return known
}

func (f sourceFile) missing(known map[declaration]int) (list diag.List) {
	for _, s := range f.subjects {
		d := declaration{path.Join(f.dir, f.name), s.name}
		if known[d]--; known[d] < 0 {
			list = append(list, diag.New(diag.NotBelieved, s.at,
				s.name+" is annotated here, but is not in the model that was made; nothing is removed",
				"run the command again; if this does not help, see that `go list` names the package, and that nothing writes the file meanwhile"))
		}
	}
	return list
}
