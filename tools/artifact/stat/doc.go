// Package stat tells states of a file apart without reading it.
package stat
