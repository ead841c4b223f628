// Command seastack generates, builds, deploys and runs a serverless monolith.
package main

import "os"

func main() {
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
