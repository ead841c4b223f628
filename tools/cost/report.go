package cost

import (
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Input is what a report is made from.
type Input struct {
	Environment, Region string
	From, To            time.Time
	Functions           []Usage
	NotDeployed         []string // STACK/FUNCTION
	Secrets             int      // of the environment
	Requests            []int64  // invocations in a month to show the growth at; nil: some times the measured
}

// Report is what an environment costs in a month, if all of it were as the window.
type Report struct {
	Environment string     `json:"environment"`
	Region      string     `json:"region"`
	From        time.Time  `json:"from"`
	To          time.Time  `json:"to"`
	Prices      Source     `json:"prices"`
	Functions   []Function `json:"functions"`
	Stacks      []Stack    `json:"stacks"`
	Shared      []Line     `json:"shared"` // what belongs to no stack
	USD         Money      `json:"usd"`
	Idle        Money      `json:"idleUsd"`
	Growth      []Growth   `json:"growth"`
	NotDeployed []string   `json:"notDeployed"`
	Notes       []string   `json:"notes"`
}

// Source is where prices come from.
type Source struct {
	Date     string   `json:"date"`
	Sources  []string `json:"sources"`
	FreeTier []string `json:"freeTier"`
}

// Function is what one function costs in a month.
type Function struct {
	Stack        string  `json:"stack"`
	Function     string  `json:"function"`
	Architecture string  `json:"architecture"`
	Measured     Figures `json:"measured"`
	Lines        []Line  `json:"lines"`
	USD          Money   `json:"usd"`
	Idle         Money   `json:"idleUsd"`          // of that, what it costs without any request
	Memory       *Memory `json:"memory,omitempty"` // nil: no invocation has been reported
}

// Figures are those of a window.
type Figures struct {
	Invocations int64   `json:"invocations"`
	Duration    float64 `json:"durationMs"` // of all together
	Billed      float64 `json:"billedMs"`
	Memory      int     `json:"memoryMb"` // that is set
	Logs        int64   `json:"logBytes"`
}

// Stack is what the functions of a stack cost in a month.
type Stack struct {
	Stack       string   `json:"stack"`
	Invocations Quantity `json:"invocations"` // in a month
	USD         Money    `json:"usd"`
	Idle        Money    `json:"idleUsd"`
}

// Growth is what the environment costs at a number of invocations.
type Growth struct {
	Invocations Quantity `json:"invocations"` // in a month
	USD         Money    `json:"usd"`
}

// New returns the report. Its error is a diag.Diagnostic about the prices.
func New(p Prices, in Input) (Report, error) {
	region, err := p.region(in.Region)
	if err != nil {
		return Report{}, err
	}
	b := biller{prices: region, months: big.NewRat(int64(Month), int64(in.To.Sub(in.From)))}
	r := Report{Environment: in.Environment, Region: in.Region, From: in.From, To: in.To,
		Prices:    Source{p.Date, p.Sources, p.FreeTier},
		Functions: []Function{}, Stacks: []Stack{}, NotDeployed: append([]string{}, in.NotDeployed...)}
	invocations := quantity(0)
	for _, u := range in.Functions {
		n := quantity(u.Invocations).times(b.months)
		f := b.function(u)
		r.Functions = append(r.Functions, f)
		r.addToStack(f, n)
		invocations = invocations.plus(n)
	}
	shared := b
	shared.idle(Secrets, quantity(int64(in.Secrets)))
	r.Shared = append([]Line{}, shared.lines...)
	r.sum()
	r.grow(invocations, in.Requests)
	r.Notes = notes(r)
	return r, nil
}

func (b biller) function(u Usage) Function {
	f := Function{Stack: u.Stack, Function: u.Function, Architecture: u.Architecture, Lines: b.bill(u), Memory: b.cheapest(u),
		Measured: Figures{Invocations: u.Invocations, Duration: milliseconds(u.Duration), Billed: milliseconds(u.billed()), Memory: u.Memory, Logs: u.LogBytes}}
	f.USD, f.Idle = total(f.Lines)
	return f
}

// total returns the sum of lines, and of those of them that do not depend on requests.
func total(lines []Line) (all, idle Money) {
	for _, l := range lines {
		all = all.Plus(l.USD)
		if l.Idle {
			idle = idle.Plus(l.USD)
		}
	}
	return all, idle
}

func (r *Report) addToStack(f Function, n Quantity) {
	i := slices.IndexFunc(r.Stacks, func(s Stack) bool { return s.Stack == f.Stack })
	if i < 0 {
		i = len(r.Stacks)
		r.Stacks = append(r.Stacks, Stack{Stack: f.Stack, Invocations: quantity(0)})
	}
	s := &r.Stacks[i]
	s.Invocations = s.Invocations.plus(n)
	s.USD, s.Idle = s.USD.Plus(f.USD), s.Idle.Plus(f.Idle)
}

func (r *Report) sum() {
	r.USD, r.Idle = total(r.Shared)
	for _, s := range r.Stacks {
		r.USD, r.Idle = r.USD.Plus(s.USD), r.Idle.Plus(s.Idle)
	}
}

// times are how many times the measured invocations the growth is shown at, by
// default.
var times = []int64{0, 1, 10, 100}

// grow fills in what the environment costs at numbers of invocations: what it costs
// idle, and the rest in proportion.
func (r *Report) grow(measured Quantity, requests []int64) {
	r.Growth = []Growth{}
	if measured.number.Sign() == 0 {
		r.Growth = append(r.Growth, Growth{quantity(0), r.Idle})
		return // nothing tells what a request costs
	}
	each := r.USD.Minus(r.Idle).times(new(big.Rat).Inv(measured.number))
	var at []Quantity
	for _, n := range times {
		at = append(at, measured.times(big.NewRat(n, 1)))
	}
	if len(requests) > 0 {
		at = at[:2]
	}
	for _, n := range requests {
		at = append(at, quantity(n))
	}
	slices.SortFunc(at, func(a, b Quantity) int { return a.number.Cmp(b.number) })
	for _, n := range at {
		r.Growth = append(r.Growth, Growth{n, r.Idle.Plus(each.times(n.number))})
	}
}

// notes returns what a reader of the report has to know.
func notes(r Report) []string {
	all := []string{
		"list prices of " + r.Prices.Date + ", without the free tier, discounts and taxes",
		"not in it: databases, networks, data that leaves AWS, requests to S3, traces, keys of KMS",
		"requests to SQS are estimated: 3 for each invocation, and Lambda's polls of an idle queue",
		"with less memory a function has less of a processor: durations may grow",
	}
	var unpriced []Item
	for _, f := range r.Functions {
		for _, l := range f.Lines {
			if l.Unpriced && !slices.Contains(unpriced, l.Item) {
				unpriced = append(unpriced, l.Item)
			}
		}
	}
	for _, item := range unpriced {
		all = append(all, fmt.Sprintf("the table has no price of %s in %s: it is counted as nothing", item, r.Region))
	}
	return all
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// IdleLines returns what the environment costs without any request, by item.
func (r Report) IdleLines() (all []Line) {
	lines := slices.Clone(r.Shared)
	for _, f := range r.Functions {
		lines = append(lines, f.Lines...)
	}
	for _, l := range lines {
		if !l.Idle {
			continue
		}
		i := slices.IndexFunc(all, func(of Line) bool { return of.Item == l.Item })
		if i < 0 {
			all = append(all, l)
			continue
		}
		all[i].USD, all[i].Quantity = all[i].USD.Plus(l.USD), all[i].Quantity.plus(l.Quantity)
	}
	return all
}
