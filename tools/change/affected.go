package change

import (
	"cmp"
	"maps"
	"slices"
)

// Kind is what is different about a function.
type Kind string

// The kinds of change of a function. A function of which both its code and its
// configuration change is listed twice.
const (
	Code          Kind = "code"          // other bytes
	Configuration Kind = "configuration" // other Terraform
	Added         Kind = "added"
	Removed       Kind = "removed"
)

// Affected is what a change touches.
type Affected struct {
	Base       string      `json:"base"`                 // as the user named it
	Commit     string      `json:"commit,omitempty"`     // of the base
	Everything string      `json:"everything,omitempty"` // why all is listed
	Inexact    string      `json:"inexact,omitempty"`    // why bytes could not be compared
	Functions  []Function  `json:"functions"`
	Stacks     []Stack     `json:"stacks"`
	Migrations []Migration `json:"migrations"`
	Tests      []Test      `json:"tests"`
	Untouched  Count       `json:"untouched"` // what the change does not touch
}

// Function is a function that a change touches.
type Function struct {
	Stack    string `json:"stack"`
	Function string `json:"function"`
	Kind     Kind   `json:"kind"`
	Why      string `json:"why"` // one line
}

// ID returns the function's name with its stack's.
func (f Function) ID() string { return f.Stack + "/" + f.Function }

// Stack is a stack, or the platform, that a change deploys again.
type Stack struct {
	Stack string `json:"stack"`
	Why   string `json:"why"`
}

// Migration is a file of the migrations' folder that is new, changed or gone.
type Migration struct {
	File   string `json:"file"`
	Change string `json:"change"` // added, changed or removed
}

// Test is a package whose tests can come out differently.
type Test struct {
	Package string `json:"package"` // its import path
	Why     string `json:"why"`
}

// Count is how many there are of something.
type Count struct {
	Functions int `json:"functions"`
	Tests     int `json:"tests"`
}

// Affected returns what is different between the two states.
func (s Sides) Affected() Affected {
	a := Affected{Base: s.Name, Commit: s.Base.Commit, Functions: []Function{}, Stacks: []Stack{}, Migrations: []Migration{}, Tests: []Test{}}
	if s.Base.Broken != nil {
		a.Everything = "the base does not load: " + s.Base.Broken[0].Message
	}
	a.Functions = append(a.Functions, s.functions(a.Everything)...)
	c := s.configuration()
	a.Functions = append(a.Functions, c.functions...)
	a.Migrations = append(a.Migrations, c.migrations...)
	sortFunctions(a.Functions) // first, as a stack takes the reason of its first function
	a.Stacks = append(a.Stacks, stacks(a.Functions, c.stacks)...)
	a.Tests = append(a.Tests, s.tests(a.Everything)...)
	a.count(s)
	return a
}

func sortFunctions(all []Function) {
	slices.SortStableFunc(all, func(a, b Function) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Kind, b.Kind))
	})
}

func (a *Affected) count(s Sides) {
	a.Untouched = Count{}
	touched := map[string]bool{}
	for _, f := range a.Functions {
		touched[f.ID()] = true
	}
	for id := range s.Head.Closure.Functions {
		if !touched[id] {
			a.Untouched.Functions++
		}
	}
	a.Untouched.Tests = len(s.Head.Tests.Suites) - len(a.Tests)
}

// functions returns the functions whose code is different.
func (s Sides) functions(everything string) (all []Function) {
	for id, now := range s.Head.Closure.Functions {
		before, known := s.Base.Closure.Functions[id]
		f := Function{Stack: now.Stack, Function: now.Function, Kind: Code}
		switch {
		case everything != "":
			f.Why = everything
		case !known:
			f.Kind, f.Why = Added, "the function is new"
		case before.Key == now.Key:
			continue
		default:
			f.Why = s.explainCode(id).Line()
		}
		all = append(all, f)
	}
	for id, before := range s.Base.Closure.Functions {
		if _, left := s.Head.Closure.Functions[id]; !left {
			all = append(all, Function{before.Stack, before.Function, Removed, "the function is gone"})
		}
	}
	return all
}

// stacks returns the stacks of functions, and those whose own configuration is
// different, each once.
func stacks(functions []Function, own map[string]string) (all []Stack) {
	why := map[string]string{}
	for _, f := range functions {
		if _, known := why[f.Stack]; !known {
			why[f.Stack] = f.Function + ": " + f.Why
		}
	}
	for name, reason := range own {
		if _, known := why[name]; !known {
			why[name] = reason
		}
	}
	for _, name := range slices.Sorted(maps.Keys(why)) {
		all = append(all, Stack{name, why[name]})
	}
	return all
}

// tests returns the packages whose tests can come out differently.
func (s Sides) tests(everything string) (all []Test) {
	base, head := s.Base.Tests, s.Head.Tests
	if everything == "" && base.Go != head.Go {
		everything = "go: " + base.Go + " -> " + head.Go
	}
	for _, path := range slices.Sorted(maps.Keys(head.Suites)) {
		why := everything
		if why == "" {
			why = whyTest(base, head, path)
		}
		if why != "" {
			all = append(all, Test{path, why})
		}
	}
	return all
}

// whyTest returns why the tests of a package can come out differently; "" when
// they cannot.
func whyTest(base, head Tests, path string) string {
	now := head.Suites[path]
	before, known := base.Suites[path]
	if !known {
		return "its tests are new"
	}
	if file, change := firstDifference(before.Files, now.Files); file != "" {
		return file + " " + change
	}
	if read, change := firstDifference(before.Reads, now.Reads); read != "" {
		if read == everything {
			return "a file changed, and its tests can read all of the repository"
		}
		return read + " " + change + ", which its tests read"
	}
	for _, p := range now.Packages {
		if base.Packages[p] != head.Packages[p] {
			return p + " " + changeOf(base.Packages[p], head.Packages[p])
		}
	}
	for _, p := range before.Packages {
		if _, found := slices.BinarySearch(now.Packages, p); !found {
			return p + " is no longer imported"
		}
	}
	return ""
}

// firstDifference returns the first name, in order, whose value is different,
// and how it changed.
func firstDifference(before, now map[string]string) (name, change string) {
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if before[name] != now[name] {
			return name, changeOf(before[name], now[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, left := now[name]; !left {
			return name, removed
		}
	}
	return "", ""
}

// What can happen to a file, a package or a declaration.
const (
	added   = "was added"
	removed = "was removed"
	changed = "changed"
)

func changeOf(before, now string) string {
	switch {
	case before == "":
		return added
	case now == "":
		return removed
	}
	return changed
}

// Touched returns how many functions the change touches that are there now.
func (a Affected) Touched() int {
	ids := map[string]bool{}
	for _, f := range a.Functions {
		if f.Kind != Removed {
			ids[f.ID()] = true
		}
	}
	return len(ids)
}
