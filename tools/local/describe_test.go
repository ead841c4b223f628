package local

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
)

// TestDescribe: the local cloud is told of functions by their names on AWS, of what
// starts them, and of what they use through which service.
func TestDescribe(t *testing.T) {
	const services = "example.com/shop/core/services/"
	wiring := []model.Step{
		{Var: "primary", Package: "github.com/seastack/seastack/core/db"},
		{Var: "stock", Package: services + "stock", Args: []model.Arg{{Var: "primary"}}},
		{Var: "orders", Package: services + "orders", Args: []model.Arg{{Var: "stock"}}},
		{Var: "handler", Package: "example.com/shop/stacks/web", Args: []model.Arg{{Var: "orders"}}},
	}
	deadLetters := model.Async{DeadLetters: true}
	m := model.Model{
		Module: "example.com/shop", Project: "shop", Queues: []model.Queue{{Name: "orders", FIFO: &model.FIFO{}}},
		Stacks: []model.Stack{{Name: "web", Functions: []model.Function{
			{
				Name: "place", Wiring: wiring, Variables: []model.Variable{{Name: "PIN", Kind: "secret"}, {Name: "LEVEL", Kind: "string"}},
				Trigger: model.Trigger{Kind: model.HTTPTrigger, HTTP: &model.HTTP{Method: "ANY", Path: "/orders/{id}/{rest+}"}},
				Grants: []model.Grant{
					{Kind: model.QueueSendGrant, Resource: "orders", Chain: []string{"web.New", "queue.Sender"}},
					{Kind: model.BucketReadGrant, Resource: "files/in/", Chain: []string{"web.New", "orders.New", "blob.Reader"}},
				},
				Example: &model.Example{Path: map[string]string{"id": "7"}, Body: json.RawMessage(`{"a":1}`)},
			},
			{
				Name: "ship", Trigger: model.Trigger{Kind: model.QueueTrigger, Queue: &model.Consume{Queue: "orders"}},
				Grants: []model.Grant{{Kind: model.QueueConsumeGrant, Resource: "orders"}},
			},
			{Name: "nightly", Async: &deadLetters, Trigger: model.Trigger{Kind: model.ScheduleTrigger, Schedule: &model.Schedule{Expression: "rate(1 day)"}}},
		}}},
	}
	got := newDescriber(m, "local", "core/services").module(time.Now())
	place, ship, nightly := got.Functions[0], got.Functions[1], got.Functions[2]
	if place.Name != "shop-local-web-place" || place.ID() != "web/place" || place.Trigger != "ANY /orders/{id}/{rest+}" || place.Auth != "public" ||
		!cmp.Equal(place.Secrets, []string{"PIN"}) || !cmp.Equal(place.Services, []string{"orders"}) || !json.Valid(place.Event) {
		t.Errorf("got %+v", place)
	}
	if diff := cmp.Diff([]module.Use{{Resource: "queue:orders", Verb: "sends to"}, {Resource: "bucket:files", Verb: "reads", Service: "orders"}}, place.Uses); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	wantExample := &module.Example{Method: "GET", Path: "/orders/{id}/{rest+}", Values: map[string]string{"id": "7", "rest": "1"}, Body: json.RawMessage(`{"a":1}`)}
	if diff := cmp.Diff(wantExample, place.Example); diff != "" {
		t.Errorf("example (-want +got):\n%s", diff)
	}
	if ship.Starts != "queue:orders" || ship.Trigger != "queue orders" || len(ship.Uses) != 0 || nightly.DeadLetters != "shop-local-nightly-dlq" || nightly.Trigger != "rate(1 day)" {
		t.Errorf("got %+v and %+v", ship, nightly)
	}
	if r := got.Resources[0]; r.AWS != "shop-local-orders.fifo" || r.DeadLetters != "shop-local-orders-dlq.fifo" {
		t.Errorf("got %+v", r)
	}
	addTables(&got, map[string][]string{"orders": {"orders", "lines"}, "stock": {"lines"}})
	tables := 0
	for _, r := range got.Resources {
		if r.Kind == "table" {
			tables++
		}
	}
	if len(got.Services) != 2 || got.Services[0].Name != "orders" || tables != 2 {
		t.Errorf("services %+v, %d tables", got.Services, tables)
	}
}
