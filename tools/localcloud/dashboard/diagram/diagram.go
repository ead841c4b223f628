// Package diagram lays out a graph of layers: nodes stand in columns, and edges
// lead from one column to a later one. It knows places and sizes in pixels, and
// nothing of what the nodes are.
package diagram

import (
	"cmp"
	"fmt"
	"slices"
)

// Node is a node of the graph, and its place once it is laid out.
type Node struct {
	ID     string
	Label  string
	Tag    string // beside the label
	Detail string // shown as a tooltip
	Kind   string
	Href   string
	Column int

	X, Y int
}

// Edge leads from one node to another in a later column.
type Edge struct {
	From, To string
	Path     string // of SVG, once it is laid out
}

// The sizes of a drawing, in pixels.
const (
	NodeWidth  = 210
	NodeHeight = 24
	rowGap     = 8
	columnGap  = 90
	margin     = 12
	header     = 28
)

// Drawing is a graph that is laid out.
type Drawing struct {
	Columns       []Column
	Nodes         []Node
	Edges         []Edge
	Width, Height int
}

// Column is the head of a column.
type Column struct {
	Name string
	X    int
}

// sweeps is how often the columns are put in the order of their neighbours.
const sweeps = 4

// Layout lays out a graph. Edges whose ends do not exist are left out; nodes without
// an edge stay. The same graph has the same drawing.
func Layout(columns []string, nodes []Node, edges []Edge) Drawing {
	l := layout{nodes: slices.Clone(nodes), byID: map[string]int{}, columns: make([][]int, len(columns))}
	for i, n := range l.nodes {
		l.byID[n.ID] = i
		l.columns[n.Column] = append(l.columns[n.Column], i)
	}
	l.connect(edges)
	l.order()
	return l.draw(columns)
}

type layout struct {
	nodes      []Node
	byID       map[string]int
	columns    [][]int // indexes of nodes
	edges      [][2]int
	neighbours [][]int
	rank       []float64 // place of a node in its column, from 0 to 1
}

func (l *layout) connect(edges []Edge) {
	l.neighbours = make([][]int, len(l.nodes))
	seen := map[[2]int]bool{}
	for _, e := range edges {
		from, ok1 := l.byID[e.From]
		to, ok2 := l.byID[e.To]
		pair := [2]int{from, to}
		if !ok1 || !ok2 || seen[pair] || l.nodes[from].Column >= l.nodes[to].Column {
			continue
		}
		seen[pair] = true
		l.edges = append(l.edges, pair)
		l.neighbours[from] = append(l.neighbours[from], to)
		l.neighbours[to] = append(l.neighbours[to], from)
	}
}

// order sorts each column by the mean place of its nodes' neighbours, which leaves
// few edges that cross.
func (l *layout) order() {
	l.rank = make([]float64, len(l.nodes))
	for _, column := range l.columns {
		l.place(column)
	}
	for range sweeps {
		for _, column := range l.columns {
			means := map[int]float64{}
			for _, n := range column {
				means[n] = l.mean(n)
			}
			slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(means[a], means[b]) })
			l.place(column)
		}
	}
}

func (l *layout) place(column []int) {
	for i, n := range column {
		l.rank[n] = (float64(i) + 0.5) / float64(len(column))
	}
}

func (l *layout) mean(n int) float64 {
	if len(l.neighbours[n]) == 0 {
		return l.rank[n]
	}
	sum := 0.0
	for _, other := range l.neighbours[n] {
		sum += l.rank[other]
	}
	return sum / float64(len(l.neighbours[n]))
}

func (l *layout) draw(columns []string) Drawing {
	rows := 1
	for _, column := range l.columns {
		rows = max(rows, len(column))
	}
	d := Drawing{
		Width:  2*margin + len(columns)*NodeWidth + (len(columns)-1)*columnGap,
		Height: 2*margin + header + rows*(NodeHeight+rowGap),
	}
	for i, column := range l.columns {
		x := margin + i*(NodeWidth+columnGap)
		d.Columns = append(d.Columns, Column{columns[i], x})
		for row, n := range column {
			middle := (2*row + 1) * rows * (NodeHeight + rowGap) / (2 * len(column)) // evenly over the whole height
			l.nodes[n].X, l.nodes[n].Y = x, margin+header+middle-NodeHeight/2
			d.Nodes = append(d.Nodes, l.nodes[n])
		}
	}
	for _, e := range l.edges {
		from, to := l.nodes[e[0]], l.nodes[e[1]]
		d.Edges = append(d.Edges, Edge{From: from.ID, To: to.ID, Path: curve(from, to)})
	}
	return d
}

// curve returns the path from the right side of one node to the left of another.
func curve(from, to Node) string {
	x1, y1 := from.X+NodeWidth, from.Y+NodeHeight/2
	x2, y2 := to.X, to.Y+NodeHeight/2
	bend := columnGap / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
}
