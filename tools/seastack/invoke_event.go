package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/event"
)

// eventFlags are the flags that say what to send to a function.
type eventFlags struct {
	file    string   // JSON of the whole event
	http    string   // first line of a request
	headers []string // of the request
	body    string   // of the request or the message; @FILE names a file
}

// register adds the flags to a command.
func (flags *eventFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&flags.file, "event", "", "file with the event's JSON, or - for standard input")
	cmd.Flags().StringVar(&flags.http, "http", "", "request to send to a function behind a route: 'GET /interviews?limit=2'")
	cmd.Flags().StringArrayVarP(&flags.headers, "header", "H", nil, "header of the request: 'Name: value' (repeatable)")
	cmd.Flags().StringVarP(&flags.body, "body", "d", "", "body of the request or of the queue's message: text, @FILE, or @- for standard input")
	cmd.MarkFlagsMutuallyExclusive("event", "http")
	cmd.MarkFlagsMutuallyExclusive("event", "body")
	cmd.MarkFlagsMutuallyExclusive("event", "header")
}

// event returns what to send to a function, checked before anything is invoked.
func (a *app) event(f model.Function, flags eventFlags) ([]byte, error) {
	if flags.file != "" {
		return a.eventFile(flags.file)
	}
	body, err := a.body(flags.body)
	if err != nil {
		return nil, err
	}
	if flags.http != "" || len(flags.headers) > 0 {
		return request(f, flags, body)
	}
	return event.Default(f.Trigger, body, time.Now())
}

func (a *app) eventFile(file string) ([]byte, error) {
	raw, err := a.input(file)
	if err != nil {
		return nil, usage("the event cannot be read: "+err.Error(), "name a file with JSON, or - for standard input")
	}
	// As strict as the functions: a member that stands twice is a mistake.
	if !jsontext.Value(raw).IsValid() {
		return nil, usage("the event is not JSON", "check it with: python3 -m json.tool < FILE")
	}
	return raw, nil
}

func (a *app) body(text string) ([]byte, error) {
	file, isFile := strings.CutPrefix(text, "@")
	if !isFile {
		return []byte(text), nil
	}
	raw, err := a.input(file)
	if err != nil {
		return nil, usage("the body cannot be read: "+err.Error(), "name a file, or @- for standard input")
	}
	return raw, nil
}

// input reads a file, or standard input for "-".
func (a *app) input(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(a.stdin)
	}
	return os.ReadFile(file)
}

// request returns the event of a request to a function behind a route or a URL.
func request(f model.Function, flags eventFlags, body []byte) ([]byte, error) {
	if f.Trigger.HTTP == nil && f.Trigger.Stream == nil {
		return nil, usage(fmt.Sprintf("%s has no route, so --http and --header cannot be used", f.Name), "use --event or --body")
	}
	reaches, made := "GET /", event.URL
	if h := f.Trigger.HTTP; h != nil {
		reaches = h.Route()
		made = func(r event.Request, now time.Time) ([]byte, error) { return event.HTTP(*h, r, now) }
	}
	r, err := event.ParseRequest(cmp.Or(flags.http, reaches))
	if err != nil {
		return nil, usage(err.Error(), "write --http 'GET /path?name=value'")
	}
	for _, h := range flags.headers {
		if err := r.AddHeader(h); err != nil {
			return nil, usage(err.Error(), "write --header 'Name: value'")
		}
	}
	r.Body = body
	raw, err := made(r, time.Now())
	if err != nil {
		return nil, usage(err.Error(), "name a request that reaches "+reaches)
	}
	return raw, nil
}
