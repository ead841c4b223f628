// Synthesize writes a synthetic monorepo: go run ./tools/synthetic/synthesize
// -out DIR -stacks 100 -functions 1000 -services 200
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/seastack/seastack/tools/synthetic"
)

func main() {
	var o synthetic.Options
	out := flag.String("out", "", "folder to write to")
	flag.IntVar(&o.Stacks, "stacks", 10, "how many stacks")
	flag.IntVar(&o.Functions, "functions", 100, "how many functions in all")
	flag.IntVar(&o.Services, "services", 20, "how many services")
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the choices")
	flag.StringVar(&o.Repo, "repo", ".", "folder of Seastack's own module")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := synthetic.Write(*out, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
