package test

import (
	"context"
	"net/http"
	"testing"
	"time"
)

// eventLimit is how long an event may take to be handled.
const eventLimit = 60 * time.Second

// testEvent completes an interview, whose event fills the figures: nothing else
// does so before the schedule fires, which it does once an hour.
func testEvent(t *testing.T, d *deployment) {
	who := newInterviewer()
	made := d.create(t, draft(who, monday))
	d.wantScheduled(t, who, 0)
	d.request(t, http.MethodPost, "/interviews/"+made.ID+"/complete", map[string]string{"recommendation": "yes"}).want(t, 200)
	eventually(t, eventLimit, "figures from the event", func(ctx context.Context) (n int, err error) {
		err = d.query(ctx, []any{&n}, `SELECT completed FROM interviewer_weeks WHERE interviewer = $1`, who)
		return n, err
	})
	d.wantScheduled(t, who, 1)
}
