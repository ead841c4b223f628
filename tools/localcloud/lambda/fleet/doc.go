// Package fleet runs invocations on instances of functions: it starts them,
// uses the most recently used first, freezes them in between, retires and
// reaps them, and writes Lambda's own lines into their logs.
//
// It knows revisions (one configuration with one code) by their key, and
// nothing of names, aliases, stores or wire protocols.
package fleet
