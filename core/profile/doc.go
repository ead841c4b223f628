// Package profile lets whoever has a key take profiles of a function. An invocation
// that is signed with the key has the function handle an event a number of times while
// its process is profiled, and answers with the profile. A function takes part where
// its environment has the public key; seastack profile asks, and core/function answers.
package profile
