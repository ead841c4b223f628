// Package config reads seastack.hcl: the project's name, its folders and its
// environments. It knows the file's shape and defaults, and nothing of AWS
// beyond the names of things.
package config

import (
	"cmp"
	"maps"
	"time"
)

// FileName is the file's name, at the module's root. It may be absent: every
// setting has a default, and the environment "local" always exists.
const FileName = "seastack.hcl"

// Local is the environment that exists without being written.
const Local = "local"

// DefaultProvider is the range of versions of Terraform's AWS provider that
// generated files are made for.
const DefaultProvider = ">= 6.13, < 7"

// Config is what seastack.hcl says, with defaults filled in.
type Config struct {
	Project      string        // prefix of every name on AWS; default: last element of the module path
	Folders      Folders       // from the module's root, with slashes
	Provider     string        // versions of Terraform's AWS provider; default: DefaultProvider
	Environments []Environment // sorted by name; always has Local
	Mask         []string      // regular expressions of what no report shows
	Cache        *Cache        // nil: artifacts stay on this machine
}

// Cache is where builds find zips that other machines have built, and put theirs
// when they are allowed to: a folder that they share, or a bucket.
type Cache struct {
	Folder string // from the module's root, or absolute; "" for a bucket
	Bucket string
	Prefix string // default "seastack/cache"
	Region string // default "us-east-1"
}

// Folders says where things are.
type Folders struct {
	Services   string // default "core/services"
	Stacks     string // default "stacks"
	Terraform  string // default "terraform"
	Migrations string // default "core/db/migrations"; goose's SQL files
	// AnalyticsMigrations are those of the analytics store; default
	// "core/db/analytics/migrations".
	AnalyticsMigrations string
}

// Environment is one deployment of the whole monolith.
type Environment struct {
	Name         string
	Region       string // default "us-east-1"
	Account      string // 12 digits; Terraform refuses any other. Local: "000000000000"
	Architecture string // of what does not set its own: "arm64" (default) or "x86_64"; Local: the machine's own, of all
	Backend      *S3Backend
	Network      *Network            // nil: functions run outside of a VPC
	LogRetention int                 // days; default 30
	Stacks       map[string]Settings // overrides by stack's name
	Env          map[string]Variable // environment variables of all functions, by name
	// Tunnel is a command that makes the database reachable from outside of its
	// network, while it runs; nil: it is reached as its URL says.
	Tunnel  []string
	Alarms  *Alarms  // nil: as DefaultAlarms
	Canary  *Canary  // nil: new code takes all requests at once
	Preview *Preview // nil: the environment is no preview of a pull request
	JWT     *JWT     // nil: no issuer is named; the local cloud is that of Local
	CORS    *CORS    // nil: no page of another origin may call the API
	Budget  Budget   // of functions whose stack has none
	// PublicRoutes are the keys of the routes that may be public; nil: any.
	PublicRoutes *[]string
	// Developers are the ARNs of who may assume the functions' roles, to run the
	// functions on their own machine with seastack run; nil: nobody.
	Developers []string
	// Protected environments are not worked with by mistake: seastack run asks for the
	// name, and does not write to the database unless it is told to.
	Protected bool
}

// IsLocal reports whether the environment is the one on this machine.
func (e Environment) IsLocal() bool { return e.Name == Local }

// IsTemplate reports whether the environment is only what previews are made from.
func (e Environment) IsTemplate() bool { return e.Preview != nil && e.Preview.Number == 0 }

// IsDisposable reports whether the environment may be destroyed with its data: local,
// or a preview.
func (e Environment) IsDisposable() bool { return e.IsLocal() || e.Preview != nil }

// Alarms says when the alarms of functions go off, and whom they tell. A zero
// threshold is no alarm.
type Alarms struct {
	Enabled     bool
	Topic       string // ARN of a topic of SNS that alarms are sent to; "": the environment's own
	Errors      int    // failed invocations of a function in a minute
	Throttles   int    // invocations in a minute that Lambda turned away
	Duration    int    // of the slowest invocation, in percent of the timeout
	Age         int    // of the oldest message of a consumer's queue, in seconds
	DeadLetters int    // of a consumer's queue
}

// DefaultAlarms are those of an environment that says nothing about them.
var DefaultAlarms = Alarms{Enabled: true, Errors: 1, Throttles: 1, Duration: 90, Age: 900, DeadLetters: 1}

// Canary is how new code of a function is tried on a part of its requests.
type Canary struct {
	Weight int           // percent of the requests, 1 to 99; default 10
	Watch  time.Duration // how long they are watched; default 10 minutes
}

// Preview makes an environment one of those that pull requests have for
// themselves: PREVIEW-7 is that of the pull request 7.
type Preview struct {
	Number int // of the pull request; 0 for the template, which is never deployed
	// DatabaseSecret is a secret of Secrets Manager with the URL of a server on which
	// each preview has a database of its own; "" where previews have none.
	DatabaseSecret string
}

// S3Backend is where the state of an environment on AWS lives: one object per
// root, "<Prefix>/<root>.tfstate", locked with use_lockfile.
type S3Backend struct {
	Bucket string
	Prefix string // default: project/environment
	Region string // default: the environment's
}

// Network is the VPC that functions with a database run in.
type Network struct {
	Subnets        []string
	SecurityGroups []string
}

// Settings override what annotations say, for all functions of a stack.
type Settings struct {
	Override
	Functions map[string]Override // by function's name; nil: none
	Budget    Budget
}

// Variable is an environment variable of functions: a value, or where it is kept.
type Variable struct {
	Value     string // plain
	Parameter string // name of a parameter of Systems Manager
	Secret    string // name or ARN of a secret of Secrets Manager
	Key       string // of a member of the secret's JSON; "": all of it

	Line, Column int // in FileName
}

// Kept returns where the value is kept, as package variables reads it; "" for a plain
// value.
func (v Variable) Kept() string {
	switch {
	case v.Parameter != "":
		return "parameter:" + v.Parameter
	case v.Secret != "" && v.Key != "":
		return "secret:" + v.Secret + "#" + v.Key
	case v.Secret != "":
		return "secret:" + v.Secret
	}
	return ""
}

// Override has settings of functions. Those of one function come before its
// stack's, and those before what is annotated, where a member is zero.
type Override struct {
	Memory  int    // MB
	Timeout int    // seconds
	Storage int    // MB of /tmp
	Log     string // least level: "debug", "info", "warn", "error"
	Tracing *bool  // by X-Ray
	// Architecture is "arm64" or "x86_64".
	Architecture string
	Concurrency  int                 // reserved; of one function only
	Provisioned  int                 // instances; of one function only
	Alarms       *bool               // false: there are none
	Env          map[string]Variable // by name
}

// Variables returns the variables of a function: its own, else its stack's, else the
// environment's.
func (e Environment) Variables(stack, function string) map[string]Variable {
	all := map[string]Variable{}
	s := e.Stacks[stack]
	for _, some := range []map[string]Variable{e.Env, s.Env, s.Functions[function].Env} {
		maps.Copy(all, some)
	}
	return all
}

// Tracing reports whether X-Ray records a function's invocations in the
// environment, when its annotation says annotated.
func (e Environment) Tracing(stack, function string, annotated bool) bool {
	s := e.Stacks[stack]
	return *cmp.Or(s.Functions[function].Tracing, s.Tracing, &annotated)
}

// ArchitectureOf returns the architecture that a function is built for in the
// environment, when its annotation says annotated.
func (e Environment) ArchitectureOf(stack, function, annotated string) string {
	if e.IsLocal() {
		return e.Architecture
	}
	s := e.Stacks[stack]
	return cmp.Or(s.Functions[function].Architecture, s.Architecture, annotated, e.Architecture)
}

// Timeout returns the seconds that a function may run in the environment, when
// its annotation says annotated.
func (e Environment) Timeout(stack, function string, annotated int) int {
	s := e.Stacks[stack]
	return cmp.Or(s.Functions[function].Timeout, s.Timeout, annotated)
}
