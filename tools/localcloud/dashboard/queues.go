package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/deadletter"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/sqs"
)

type queueList struct {
	Search string
	Rows   []sqs.Summary
	List   listing
}

// listQueues lists the queues, those with dead letters first.
func (d *Dashboard) listQueues(req *http.Request) (view, error) {
	l := queueList{Search: req.FormValue("q")}
	all := slices.DeleteFunc(d.Queues.Summaries(), func(q sqs.Summary) bool { return !matches(l.Search, q.Name) })
	slices.SortStableFunc(all, func(a, b sqs.Summary) int { return urgency(b) - urgency(a) })
	l.Rows, l.List = paged(all, req.URL)
	return view{page: "queues", title: "Queues", data: l}, nil
}

// urgency returns how much a queue needs attention.
func urgency(q sqs.Summary) int {
	switch n := q.Visible + q.InFlight + q.Delayed; {
	case n > 0 && isDeadLetters(q):
		return 2
	case n > 0:
		return 1
	}
	return 0
}

// deadLettersName are names that queues of dead letters have.
var deadLettersName = regexp.MustCompile(`-dlq(\.fifo)?$`)

// isDeadLetters reports whether a queue is for dead letters: of other queues, or, by
// its name, of a function.
func isDeadLetters(q sqs.Summary) bool {
	return len(q.Sources) > 0 || deadLettersName.MatchString(q.Name)
}

type queuePage struct {
	Queue    sqs.Summary
	Owner    string // function whose own dead letters it holds
	Messages []sqs.Browsed
	Total    int
	Redrives bool // its messages can be handled again
	Moved    string
}

// maxMessages is how many messages of a queue are shown.
const maxMessages = 100

func (d *Dashboard) showQueue(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	p := queuePage{Moved: moved(req.FormValue("moved"))}
	if p.Queue, err = d.queue(req.PathValue("name")); err != nil {
		return view{}, err
	}
	if p.Messages, _, err = d.Queues.Browse(p.Queue.Name, maxMessages); err != nil {
		return view{}, err
	}
	p.Total = p.Queue.Visible + p.Queue.InFlight + p.Queue.Delayed
	if owner := x.Owner(p.Queue.Name); owner != nil {
		p.Owner = owner.Name
	}
	p.Redrives = p.Total > 0 && (len(p.Queue.Sources) > 0 || p.Owner != "")
	return view{page: "queue", title: "Queue " + p.Queue.Name, data: p}, nil
}

// queue returns a queue by its name.
func (d *Dashboard) queue(name string) (sqs.Summary, error) {
	all := d.Queues.Summaries()
	i := slices.IndexFunc(all, func(q sqs.Summary) bool { return q.Name == name })
	if i < 0 {
		return sqs.Summary{}, notFound("there is no queue %s", name)
	}
	return all[i], nil
}

// moved returns what a redrive has done, by the number in its address.
func moved(n string) string {
	count, err := strconv.Atoi(n)
	switch {
	case err != nil:
		return ""
	case count == 1:
		return "1 dead letter is handled again."
	}
	return fmt.Sprintf("%d dead letters are handled again.", count)
}

// redrive handles the dead letters of a queue or of a function again.
func (d *Dashboard) redrive(req *http.Request) (view, error) {
	q, err := d.queue(req.PathValue("name"))
	if err != nil {
		return view{}, err
	}
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	var n int
	switch owner := x.Owner(q.Name); {
	case len(q.Sources) > 0:
		n, err = d.Queues.Redrive(q.ARN)
	case owner != nil:
		n, err = d.restart(req.Context(), x, q, owner)
	default:
		return view{}, badRequest("%s holds no dead letters of a queue or a function", q.Name)
	}
	if err != nil {
		return view{}, err
	}
	return view{redirect: Pages + "queues/" + url.PathEscape(q.Name) + "?moved=" + strconv.Itoa(n)}, nil
}

// restart starts a function again with each of its dead letters, and deletes those.
// What is no letter of Lambda's or Scheduler's stays.
func (d *Dashboard) restart(ctx context.Context, x *module.Index, q sqs.Summary, f *module.Function) (n int, err error) {
	for n < q.Visible { // letters of what is started here may come meanwhile
		received, err := d.Queues.Receive(ctx, q.ARN, 10, 0)
		if err != nil || len(received) == 0 {
			return n, err
		}
		var foreign []string
		for _, m := range received {
			_, scheduled := m.MessageAttributes[deadletter.Schedule]
			l, ok := deadletter.Read(m.Body, scheduled)
			if !ok {
				foreign = append(foreign, m.ReceiptHandle)
				continue
			}
			in := lambda.Invocation{FunctionARN: qualified(x, f.Name), Payload: l.Payload}
			if _, err := d.Functions.InvokeAsync(ctx, in); err != nil {
				return n, err
			}
			if err := d.Queues.DeleteMessages(q.ARN, m.ReceiptHandle); err != nil {
				return n, err
			}
			n++
		}
		if len(foreign) > 0 {
			return n, d.Queues.ChangeVisibility(q.ARN, 0, foreign...)
		}
	}
	return n, nil
}
