// Package language knows what a text is written in and cuts it up: it names the
// language of a message, turns Zawgyi into Unicode, normalises width, kana and
// tone marks, and yields tokens for the search. It imports nothing of ours.
//
//go:generate go run ./gen
package language
