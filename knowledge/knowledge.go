// Package knowledge is what the bot knows: topics with an answer in four
// languages, the facts they stand on, help lines, prefectures and terms, all data
// files in this folder (README.md says how they are written). The package loads
// them strictly, checks them, and renders an answer as of a moment in Japan time.
// Finding the topic a question is about is the business of the folder find.
package knowledge
