package config

import (
	"cmp"
	"regexp"
	"strconv"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/seastack/seastack/gen/diag"
)

// Budget is how large a function's zip may be, and how long it may take to start. A
// member that is zero is no limit.
type Budget struct {
	Package int64         // bytes of the zip
	Init    time.Duration // of a cold start, on the machine that measures it
}

// BudgetOf returns the budget of a stack's functions: what the stack does not set is
// as the environment has it.
func (e Environment) BudgetOf(stack string) Budget {
	s := e.Stacks[stack].Budget
	return Budget{Package: cmp.Or(s.Package, e.Budget.Package), Init: cmp.Or(s.Init, e.Budget.Init)}
}

type budget struct {
	Package *string   `hcl:"package"`
	Init    *string   `hcl:"init"`
	Range   hcl.Range `hcl:",def_range"`

	PackageRange hcl.Range `hcl:"package,attr_range"`
	InitRange    hcl.Range `hcl:"init,attr_range"`
}

func (b *budget) value() Budget {
	if b == nil {
		return Budget{}
	}
	size, _ := parseSize(or(b.Package, "0kB"))      // checked in checkBudget
	init, _ := time.ParseDuration(or(b.Init, "0s")) // checked in checkBudget
	return Budget{Package: size, Init: init}
}

func checkBudget(b *budget) (l diag.List) {
	if b == nil {
		return nil
	}
	if size, ok := parseSize(or(b.Package, "1MB")); !ok || size == 0 {
		l = append(l, finding(diag.BadSetting, b.PackageRange, "package = "+quote(*b.Package)+" is not the size of a zip",
			`write it as in package = "10MB", or in kB; a MB has 1000 kB`))
	}
	if d, err := time.ParseDuration(or(b.Init, "1s")); err != nil || d <= 0 {
		l = append(l, finding(diag.BadSetting, b.InitRange, "init = "+quote(*b.Init)+" is not a time to start in", `write it as in init = "100ms"`))
	}
	if b.Package == nil && b.Init == nil {
		l = append(l, finding(diag.BadSetting, b.Range, "the budget limits nothing", `write package = "10MB", init = "100ms", or both`))
	}
	return l
}

var sizeRE = regexp.MustCompile(`^([0-9]{1,6})(kB|MB)$`)

// parseSize returns a size in bytes.
func parseSize(text string) (int64, bool) {
	m := sizeRE.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // six digits
	return n * map[string]int64{"kB": 1e3, "MB": 1e6}[m[2]], true
}
