package annotation

import (
	"embed"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"sync"
)

// The verbs' own sources: their comments are the help texts, so that godoc and
// command line cannot differ.
//
//go:embed authorizer.go batching.go bucket.go config.go consume.go event.go function.go granted.go http.go object.go on.go queue.go schedule.go
//go:embed secret.go stack.go
var sources embed.FS

// Field is the documentation of an argument or a setting.
type Field struct {
	Name string // METHOD for an argument, memory for a setting
	Doc  string
}

// Reference is the documentation of a verb.
type Reference struct {
	Verb      Verb
	Synopsis  string // one sentence
	Doc       string // go/doc's markup
	Arguments []Field
	Settings  []Field
}

// Help documents an annotation; false when there is none of that name.
func Help(verb string) (Reference, bool) {
	v, ok := verbNamed(verb)
	if !ok {
		return Reference{}, false
	}
	spec := specs()[v.structType().Name()]
	ref := Reference{Verb: v, Doc: spec.doc, Synopsis: new(doc.Package).Synopsis(spec.doc)}
	arguments, settings := fields(v.structType())
	for _, f := range arguments {
		ref.Arguments = append(ref.Arguments, Field{f.Tag.Get("arg"), fieldDoc(v.structType(), f)})
	}
	for _, key := range keysOf(v.structType()) {
		ref.Settings = append(ref.Settings, Field{key, fieldDoc(v.structType(), settings[key])})
	}
	return ref, true
}

// fieldDoc returns the documentation of a field, which may be one of an embedded
// struct.
func fieldDoc(t reflect.Type, f reflect.StructField) string {
	for _, i := range f.Index[:len(f.Index)-1] {
		t = t.Field(i).Type
	}
	return specs()[t.Name()].fields[f.Name]
}

// source is what the source says about a struct.
type source struct {
	doc    string
	fields map[string]string
}

var specs = sync.OnceValue(func() map[string]source {
	found := map[string]source{}
	files, err := fs.Glob(sources, "*.go")
	if err != nil {
		panic("the pattern is constant: " + err.Error())
	}
	for _, name := range files {
		text, err := sources.ReadFile(name)
		if err != nil {
			panic("embedded: " + err.Error())
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			panic("embedded, and compiles: " + err.Error())
		}
		addStructs(found, file)
	}
	return found
})

func addStructs(found map[string]source, file *ast.File) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.TYPE {
			continue
		}
		spec := group.Specs[0].(*ast.TypeSpec)
		fields, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		s := source{doc: group.Doc.Text(), fields: map[string]string{}}
		for _, f := range fields.Fields.List {
			for _, name := range f.Names {
				s.fields[name.Name] = f.Doc.Text()
			}
		}
		found[spec.Name.Name] = s
	}
}
