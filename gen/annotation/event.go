package annotation

import (
	"regexp"

	"github.com/seastack/seastack/gen/diag"
)

// Event declares an event of EventBridge on the Go type of its detail, in a
// package of the services' folder. Whoever takes an event.Publisher of the type
// publishes it on the environment's bus; each handler with //seastack:on and the
// type gets every such event, apart from the others.
type Event struct {
	// Name is unique in the module, and the event's detail-type: words of
	// lower-case letters and digits, with dots or hyphens between them.
	Name string `arg:"NAME"`
}

var eventName = regexp.MustCompile(`^[a-z][a-z0-9]*([.-][a-z0-9]+)*$`)

func (e *Event) check(r *report) {
	if !eventName.MatchString(e.Name) {
		r.add(diag.BadValue, "NAME", quote(e.Name)+" is not an event's name: lower-case letters, digits, and single dots or hyphens, starting with a letter",
			"write one such as interview.completed")
	}
}
