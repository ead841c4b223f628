package diagram

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLayout(t *testing.T) {
	nodes := []Node{{ID: "a"}, {ID: "b"}, {ID: "x", Column: 1}, {ID: "y", Column: 1}, {ID: "z", Column: 2}}
	edges := []Edge{
		{From: "a", To: "y"}, {From: "b", To: "x"}, {From: "a", To: "y"}, {From: "y", To: "z"},
		{From: "a", To: "none"}, {From: "z", To: "a"}, {From: "a", To: "b"},
	}
	d := Layout([]string{"one", "two", "three"}, nodes, edges)
	place := map[string]Node{}
	for _, n := range d.Nodes {
		place[n.ID] = n
		if n.X < 0 || n.Y < header || n.X+NodeWidth > d.Width || n.Y+NodeHeight > d.Height {
			t.Errorf("%s stands outside: %+v in %d by %d", n.ID, n, d.Width, d.Height)
		}
	}
	if len(d.Nodes) != 5 || len(d.Edges) != 3 || len(d.Columns) != 3 {
		t.Fatalf("%d nodes, %d edges, %d columns", len(d.Nodes), len(d.Edges), len(d.Columns))
	}
	if (place["a"].Y < place["b"].Y) != (place["y"].Y < place["x"].Y) {
		t.Errorf("the edges cross: %+v", place)
	}
	for _, e := range d.Edges {
		if place[e.From].X >= place[e.To].X || e.Path == "" {
			t.Errorf("%+v leads back", e)
		}
	}
	if diff := cmp.Diff(d, Layout([]string{"one", "two", "three"}, nodes, edges)); diff != "" {
		t.Errorf("the same graph has another drawing:\n%s", diff)
	}
	if empty := Layout([]string{"one"}, nil, nil); len(empty.Nodes) != 0 || empty.Height == 0 {
		t.Errorf("an empty graph: %+v", empty)
	}
}

// TestLayoutKeepsNodesApart: no two nodes of a column touch.
func TestLayoutKeepsNodesApart(t *testing.T) {
	var nodes []Node
	var edges []Edge
	for i := range 60 {
		nodes = append(nodes, Node{ID: fmt.Sprint("a", i)})
		if i < 17 {
			nodes = append(nodes, Node{ID: fmt.Sprint("b", i), Column: 1})
		}
		edges = append(edges, Edge{From: fmt.Sprint("a", i), To: fmt.Sprint("b", i*7%17)})
	}
	last := map[int]int{}
	for _, n := range Layout([]string{"a", "b"}, nodes, edges).Nodes {
		if before, ok := last[n.Column]; ok && n.Y < before+NodeHeight+rowGap {
			t.Errorf("%s at %d touches the one at %d", n.ID, n.Y, before)
		}
		last[n.Column] = n.Y
	}
}
