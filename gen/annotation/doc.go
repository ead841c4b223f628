// Package annotation reads Seastack's directive comments,
//
//	//seastack:<verb> ARGUMENT... key=value...
//
// off the syntax tree of a file into one Go struct per verb. The structs and
// their comments are the reference: decoding follows their tags, and Help
// prints their documentation. To add an annotation: a file with its struct, a
// line in Verbs, a case in gen/front/testdata.
//
// Scan goes one way: what each comment stands on (owner.go), its words
// (tokens.go), the verb's struct (decode.go), and the rules of the verb, which
// report to report.go.
//
// The package knows the grammar, the values that AWS takes, and where in a file
// an annotation may stand. It knows nothing of types, of other files or of
// what an annotation leads to.
package annotation

import (
	"go/token"
	"reflect"
	"slices"
)

// Place is a kind of declaration that annotations can stand on.
type Place string

// The places of annotations.
const (
	OnPackage Place = "a package clause"
	OnFunc    Place = "a function or method"
	OnType    Place = "a type"
	OnCall    Place = "a line of a function's body"
)

// Verb is one kind of annotation.
type Verb struct {
	Name    string
	Place   Place
	Trigger bool   // starts a function; a handler has one at most
	Example string // after "//seastack:"
	make    func() any
}

// Verbs is the list of all annotations, sorted by name.
func Verbs() []Verb {
	return []Verb{
		{"authorizer", OnFunc, true, "authorizer sessions ttl=1m", func() any { return new(Authorizer) }},
		{"bucket", OnType, false, "bucket uploads", func() any { return new(Bucket) }},
		{"config", OnType, false, "config prefix=SEARCH_", func() any { return new(Config) }},
		{"consume", OnFunc, true, "consume batch=10", func() any { return new(Consume) }},
		{"event", OnType, false, "event interview.completed", func() any { return new(Event) }},
		{"function", OnFunc, false, "function memory=1024 timeout=1m", func() any { return new(Function) }},
		{"granted", OnCall, false, "granted sqs:PurgeQueue", func() any { return new(Granted) }},
		{"http", OnFunc, true, "http POST /interviews", func() any { return new(HTTP) }},
		{"object", OnFunc, true, "object created prefix=incoming/ suffix=.csv", func() any { return new(Object) }},
		{"on", OnFunc, true, "on retries=5", func() any { return new(On) }},
		{"queue", OnType, false, "queue transcripts retries=5", func() any { return new(Queue) }},
		{"schedule", OnFunc, true, "schedule rate(1 hour)", func() any { return new(Schedule) }},
		{"secret", OnType, false, "secret crm-login", func() any { return new(Secret) }},
		{"stack", OnPackage, false, "stack owner=hiring memory=256 timeout=10s", func() any { return new(Stack) }},
	}
}

func verbNamed(name string) (Verb, bool) {
	verbs := Verbs()
	i := slices.IndexFunc(verbs, func(v Verb) bool { return v.Name == name })
	if i < 0 {
		return Verb{}, false
	}
	return verbs[i], true
}

func verbNames() []string {
	var names []string
	for _, v := range Verbs() {
		names = append(names, v.Name)
	}
	return names
}

// structType is the verb's struct.
func (v Verb) structType() reflect.Type { return reflect.TypeOf(v.make()).Elem() }

// Annotation is one directive, decoded.
type Annotation struct {
	Verb   Verb
	Value  any            // *Stack, *HTTP, ...; nil when Broken
	Pos    token.Position // of the comment
	Broken bool           // there are findings about it; its values mean nothing
	at     map[string]token.Position
}

// At returns the position of an argument's or setting's value by its name, or
// that of the annotation when it is not written.
func (a Annotation) At(name string) token.Position {
	if pos, ok := a.at[name]; ok {
		return pos
	}
	return a.Pos
}
