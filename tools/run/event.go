package run

import (
	"fmt"
	"strings"
)

// Kind is what happened.
type Kind string

// The kinds of event.
const (
	Ready     Kind = "ready"     // the functions can be called
	Logged    Kind = "log"       // a function has logged a line
	Noted     Kind = "note"      // something is not as it may be expected
	Consuming Kind = "consuming" // the messages of a function's queue are received
)

// Event is one step of a run, and a line of the JSON of `seastack run`.
type Event struct {
	Event     Kind              `json:"event"`
	Function  string            `json:"function,omitempty"` // STACK/FUNCTION
	Functions []string          `json:"functions,omitempty"`
	URL       string            `json:"url,omitempty"`  // of the routes
	URLs      map[string]string `json:"urls,omitempty"` // of functions that have their own
	Queue     string            `json:"queue,omitempty"`
	Message   string            `json:"message,omitempty"`
}

// String returns the event as lines for people.
func (e Event) String() string {
	switch e.Event {
	case Ready:
		return e.ready()
	case Logged:
		return e.Function + " " + e.Message
	case Consuming:
		return fmt.Sprintf("%s takes messages from %s, which the environment's own function then does not get", e.Function, e.Queue)
	}
	return e.Message
}

func (e Event) ready() string {
	lines := []string{fmt.Sprintf("%d functions run on this machine; interrupt to stop", len(e.Functions))}
	if e.URL != "" {
		lines = append(lines, "routes: "+e.URL)
	}
	for _, id := range e.Functions {
		if url := e.URLs[id]; url != "" {
			lines = append(lines, id+": "+url)
		}
	}
	return strings.Join(lines, "\n")
}
