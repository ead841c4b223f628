package unusedhandle_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/seastack/seastack/tools/lint/linttest"
	"github.com/seastack/seastack/tools/lint/unusedhandle"
)

func TestAnalyzer(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, linttest.Module(t, "../../..", "testdata"), unusedhandle.Analyzer, "./...")
}
