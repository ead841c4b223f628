package dashboard

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/events"
	"github.com/seastack/seastack/tools/localcloud/scheduler"
)

type scheduleRow struct {
	scheduler.Summary
	Target string // name of the function, or else the ARN
	Label  string
}

type scheduleList struct {
	Schedules []scheduleRow
	Rules     []events.Summary
	Started   string // name of the schedule that was run
}

// listSchedules lists schedules, and the rules of EventBridge.
func (d *Dashboard) listSchedules(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	all, err := d.Schedules.Summaries()
	if err != nil {
		return view{}, err
	}
	l := scheduleList{}
	for _, s := range all {
		r := scheduleRow{Summary: s, Target: functionOf(s.Target)}
		r.Label = x.Label(r.Target)
		if s.Name == req.FormValue("ran") {
			l.Started = s.Name
		}
		l.Schedules = append(l.Schedules, r)
	}
	l.Rules, err = d.Rules.Summaries()
	return view{page: "schedules", title: "Schedules", data: l}, err
}

// runSchedule delivers a schedule at once.
func (d *Dashboard) runSchedule(req *http.Request) (view, error) {
	name := req.PostFormValue("name")
	ok, err := d.Schedules.Run(name)
	if err != nil {
		return view{}, err
	}
	if !ok {
		return view{}, notFound("there is no schedule %s", name)
	}
	return view{redirect: Pages + "schedules?" + url.Values{"ran": {name}}.Encode()}, nil
}

// functionOf returns the name of the function of an ARN, without its qualifier; of
// another target the ARN.
func functionOf(arn string) string {
	_, rest, ok := strings.Cut(arn, ":function:")
	if !ok {
		return arn
	}
	name, _, _ := strings.Cut(rest, ":")
	return name
}
