package annotation

import (
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
)

// Stack makes a package a stack: a group of functions that deploy together. It
// stands on the package clause of one file of a folder right under the stacks'
// folder; the folder's name is the stack's. Its settings hold for each function
// that does not set its own.
type Stack struct {
	// Owner is the team that answers for the stack; it becomes a tag on AWS: 256
	// letters, digits, spaces and _ . : / = + - @ at most.
	Owner string `key:"owner"`
	// Memory is in MB. Default: 256. Lambda takes 128 to 10240.
	Memory int `key:"memory" min:"128" max:"10240"`
	// Timeout is how long an invocation may take, in whole seconds: 30s, 2m.
	// Default: 10s. Lambda takes 1s to 15m.
	Timeout Seconds `key:"timeout" min:"1" max:"900"`
	// Storage is the size of /tmp in MB. Default: 512. Lambda takes 512 to 10240.
	Storage int `key:"storage" min:"512" max:"10240"`
	// Log is the least level that is logged: debug, info, warn or error. Default:
	// info.
	Log string `key:"log"`
	// Tracing records invocations with X-Ray: true or false. Default: false.
	Tracing *bool `key:"tracing"`
	// Architecture is that of the machines the functions run on: arm64 or x86_64.
	// Default: the environment's. The environment local has the machine's own.
	Architecture string `key:"architecture"`
	// Auth says who may call the stack's routes, as with //seastack:http. Default:
	// public.
	Auth string `key:"auth"`
	// Databases are the only databases that the stack's functions may reach, with
	// commas between them: primary, replica, analytics. A handle on another one, however
	// deep in a chain of constructors, is an error. Without primary the functions read the
	// replica's URL from a secret that has no other. Default: any.
	Databases string `key:"databases"`
}

// databases are the values of databases=.
var databases = []string{"primary", "replica", "analytics"}

// UsedDatabases returns the databases that the stack's functions may reach; none: any.
func (s *Stack) UsedDatabases() []string {
	if s.Databases == "" {
		return nil
	}
	return strings.Split(s.Databases, ",")
}

func (s *Stack) checkDatabases(r *report) {
	offset := 0
	for i, name := range s.UsedDatabases() {
		switch {
		case !slices.Contains(databases, name):
			r.addInside(diag.BadValue, "databases", offset, quote(name)+" is not a database", didYouMean(name, databases))
		case slices.Contains(s.UsedDatabases()[:i], name):
			r.addInside(diag.BadValue, "databases", offset, name+" is there twice", "write it once")
		}
		offset += len(name) + 1
	}
}

func checkLog(r *report, level string) {
	if level != "" && !slices.Contains(limits.LogLevels, level) {
		r.add(diag.BadValue, "log", quote(level)+" is not a level of logs", didYouMean(level, limits.LogLevels))
	}
}

func checkArchitecture(r *report, architecture string) {
	if architecture != "" && !slices.Contains(limits.Architectures, architecture) {
		r.add(diag.BadValue, "architecture", quote(architecture)+" is not an architecture of Lambda", didYouMean(architecture, limits.Architectures))
	}
}

func (s *Stack) check(r *report) {
	checkLog(r, s.Log)
	checkArchitecture(r, s.Architecture)
	checkAuth(r, s.Auth)
	s.checkDatabases(r)
	if problem := limits.TagValue.Problem(s.Owner); problem != "" {
		r.add(diag.NotOnAWS, "owner", quote(s.Owner)+" cannot be a tag: "+problem,
			"write it in "+limits.TagValue.Characters+", 256 at most; see "+limits.TagValue.Source)
	}
}
