package dev

import (
	"fmt"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
)

// Kind is what happened.
type Kind string

// The kinds of event.
const (
	Ready    Kind = "ready"     // all is up, and files are watched
	Serving  Kind = "serving"   // functions run the code that was saved
	Broken   Kind = "broken"    // what was saved is wrong; what was there before goes on serving
	Applying Kind = "applying"  // the environment is brought up to date, as `up` does
	Debugged Kind = "debugging" // a function runs under delve
	Applied  Kind = "applied"   // it is up to date, with Terraform's state
)

// Event is one step of a session, and a line of the JSON of `seastack dev`.
type Event struct {
	Event     Kind              `json:"event"`
	Functions []string          `json:"functions,omitempty"` // STACK/FUNCTION
	Files     []string          `json:"files,omitempty"`     // that were saved, from the module's root
	Elapsed   float64           `json:"ms,omitempty"`        // since the first of them was saved
	Errors    []diag.Diagnostic `json:"errors,omitempty"`
	Folders   int               `json:"folders,omitempty"`  // that are watched
	Debugger  string            `json:"debugger,omitempty"` // address of delve
}

// String returns the event as a line for people.
func (e Event) String() string {
	elapsed := time.Duration(e.Elapsed * float64(time.Millisecond)).Round(10 * time.Millisecond)
	switch e.Event {
	case Ready:
		return fmt.Sprintf("watching %d folders; interrupt to stop", e.Folders)
	case Serving:
		return fmt.Sprintf("%s: new code serves after %s (%s)", list(e.Functions), elapsed, list(e.Files))
	case Broken:
		var all []string
		for _, d := range e.Errors {
			all = append(all, d.Error())
		}
		return strings.Join(append(all, "what was there before goes on serving"), "\n")
	case Debugged:
		return fmt.Sprintf("%s runs under delve at %s, without a timeout; attach with \"seastack dev --debug\" of VS Code or GoLand", list(e.Functions), e.Debugger)
	case Applying:
		return "applying: " + list(e.Files)
	}
	return "applied"
}

// list names the first of several.
func list(all []string) string {
	const shown = 3
	if len(all) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:shown], ", "), len(all)-shown)
	}
	return strings.Join(all, ", ")
}
