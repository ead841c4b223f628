package annotation

import (
	"fmt"
	"go/token"
	"reflect"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

const prefix = "//seastack:"

// decode decodes a directive comment, which starts with the prefix.
func decode(text string, pos token.Position) (Annotation, diag.List) {
	r := &report{annotation: &Annotation{Pos: pos, at: map[string]token.Position{}}}
	r.annotation.Value = decodeValue(text, r)
	r.annotation.Broken = len(r.found) > 0
	return *r.annotation, r.found
}

// decodeValue returns the verb's struct: its name, the words after it, the
// fields that they fill and the rules of the whole, each step only where the
// one before found nothing wrong. Else it returns nil.
func decodeValue(text string, r *report) any {
	name, _, _ := strings.Cut(strings.ReplaceAll(text[len(prefix):], "\t", " "), " ")
	verb, ok := verbNamed(name)
	if !ok {
		r.addAt(diag.UnknownVerb, r.at(len(prefix)), "there is no annotation seastack:"+name, didYouMean(name, verbNames()))
		return nil
	}
	r.annotation.Verb = verb
	words, bad := split(text, len(prefix)+len(name))
	if bad != nil {
		r.addAt(diag.BadSyntax, r.at(bad.at), "seastack:"+name+": "+bad.message, bad.next)
		return nil
	}
	value := verb.make()
	fill(r, reflect.ValueOf(value).Elem(), words)
	if c, ok := value.(checker); ok && len(r.found) == 0 {
		c.check(r)
	}
	if len(r.found) > 0 {
		return nil
	}
	return value
}

// fill sets the fields of a verb's struct from the words: those tagged arg in
// their order, those tagged key by name.
func fill(r *report, into reflect.Value, words []word) {
	arguments, settings := fields(into.Type())
	taken := 0
	for _, w := range words {
		switch {
		case w.key != "":
			fillSetting(r, into, settings, w)
		case taken == len(arguments):
			r.addAt(diag.ExtraArgument, r.at(w.at), fmt.Sprintf("seastack:%s takes no argument %s", r.annotation.Verb.Name, quote(w.value)), r.example())
		default:
			fillField(r, into, arguments[taken], w)
			taken++
		}
	}
	if taken < len(arguments) {
		missing := arguments[taken].Tag.Get("arg")
		r.addAt(diag.MissingArgument, r.annotation.Pos, fmt.Sprintf("seastack:%s has no %s", r.annotation.Verb.Name, missing), r.example())
	}
}

func fields(t reflect.Type) (arguments []reflect.StructField, settings map[string]reflect.StructField) {
	settings = map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if key := f.Tag.Get("key"); key != "" {
			settings[key] = f
		} else if !f.Anonymous {
			arguments = append(arguments, f)
		}
	}
	return arguments, settings
}

func fillSetting(r *report, into reflect.Value, settings map[string]reflect.StructField, w word) {
	f, ok := settings[w.key]
	if !ok {
		r.addAt(diag.UnknownKey, r.at(w.at), fmt.Sprintf("seastack:%s has no setting %s", r.annotation.Verb.Name, quote(w.key)), didYouMean(w.key, keysOf(into.Type())))
		return
	}
	if _, twice := r.annotation.at[w.key]; twice {
		r.addAt(diag.DuplicateKey, r.at(w.at), w.key+" is set twice", "keep one")
		return
	}
	fillField(r, into, f, w)
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range reflect.VisibleFields(t) {
		if key := f.Tag.Get("key"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func fillField(r *report, into reflect.Value, f reflect.StructField, w word) {
	name := f.Tag.Get("key") + f.Tag.Get("arg")
	r.annotation.at[name] = r.at(w.valAt)
	field := into.FieldByIndex(f.Index)
	if field.Kind() == reflect.String {
		field.SetString(w.value)
		return
	}
	if field.Kind() == reflect.Bool || field.Kind() == reflect.Pointer {
		fillBool(r, field, name, w.value)
		return
	}
	n, err := number(f.Type, w.value)
	if err != nil {
		r.add(diag.BadValue, name, name+": "+err.Error(), "write "+accepted(f))
		return
	}
	low, high := bound(f, "min", 0), bound(f, "max", int(^uint(0)>>1))
	if n < low || n > high {
		r.add(diag.BadValue, name, fmt.Sprintf("%s=%s is out of range", name, w.value), "write "+accepted(f))
		return
	}
	field.SetInt(int64(n))
}

// fillBool sets a bool, or a pointer to one, which is nil where nothing is said.
func fillBool(r *report, field reflect.Value, name, text string) {
	if text != "true" && text != "false" {
		r.add(diag.BadValue, name, name+": "+quote(text)+" is neither true nor false", "write one of them")
		return
	}
	value := reflect.ValueOf(text == "true")
	if field.Kind() == reflect.Pointer {
		pointer := reflect.New(value.Type())
		pointer.Elem().Set(value)
		value = pointer
	}
	field.Set(value)
}

func number(t reflect.Type, text string) (int, error) {
	if t == reflect.TypeFor[Seconds]() {
		s, err := parseSeconds(text)
		return int(s), err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s is not a whole number", quote(text))
	}
	return n, nil
}

func bound(f reflect.StructField, tag string, none int) int {
	n, err := strconv.Atoi(f.Tag.Get(tag))
	if err != nil {
		return none
	}
	return n
}

// accepted returns the values that a numeric field takes, in its own notation.
func accepted(f reflect.StructField) string {
	show := func(tag string) string {
		n := bound(f, tag, 0)
		if f.Type == reflect.TypeFor[Seconds]() {
			return Seconds(n).String()
		}
		return strconv.Itoa(n)
	}
	if f.Tag.Get("max") == "" {
		return "a whole number from " + show("min")
	}
	return show("min") + " to " + show("max")
}
