package function

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// eventsPackage holds the types of what AWS's services send to a function, and
// of what they want as an answer.
var eventsPackage = reflect.TypeFor[events.APIGatewayV2HTTPRequest]().PkgPath()

var readerType = reflect.TypeFor[io.Reader]()

// isEvent reports whether a type is one of eventsPackage.
func isEvent(t reflect.Type) bool {
	return t.PkgPath() != "" && strings.HasSuffix(t.PkgPath(), eventsPackage)
}

// checkHTTP refuses types of eventsPackage, wherever they stand, as JSON of a
// request or a response: a client could forge the event, and a response's own
// status would be a part of a body under status 200.
func checkHTTP(types ...reflect.Type) error {
	for _, t := range types {
		if path := findEvent(t, t.String(), map[reflect.Type]bool{}); path != "" {
			return fmt.Errorf("%s is an event of AWS, not JSON of a request or a response; "+
				"take an events.APIGatewayV2HTTPRequest and return an events.APIGatewayV2HTTPResponse (HTTPRaw), or use a type of your own", path)
		}
	}
	return checkResult(types[len(types)-1])
}

// checkResult refuses a result that streams: nothing would read it.
func checkResult(t reflect.Type) error {
	if t.Implements(readerType) || reflect.PointerTo(t).Implements(readerType) {
		return fmt.Errorf("%s streams, and cannot be a result", t)
	}
	return nil
}

// checkBody refuses an event as the body of a message or of a response.
func checkBody(t reflect.Type) error {
	if t != nil && (isEvent(t) || t.Kind() == reflect.Pointer && isEvent(t.Elem())) {
		return fmt.Errorf("%s is an event of AWS, not JSON of a message or a response; use a type of your own", t)
	}
	return nil
}

func findEvent(t reflect.Type, path string, seen map[reflect.Type]bool) string {
	if isEvent(t) {
		return path
	}
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return findEvent(t.Elem(), path, seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if found := findEvent(f.Type, path+"."+f.Name, seen); found != "" {
				return found
			}
		}
	}
	return ""
}
