// The same broadcaster on node and the ws package: what arrives at /pub goes to every socket at /sub.
'use strict'
const { WebSocketServer } = require('ws')

const port = Number(process.argv[2])
const subscribers = new Set()
const server = new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: false, backlog: 4096 })

server.on('connection', (socket, request) => {
  socket.on('error', () => socket.terminate())
  if (request.url === '/pub') {
    socket.on('message', (data, isBinary) => {
      for (const subscriber of subscribers) subscriber.send(data, { binary: isBinary })
    })
  } else {
    subscribers.add(socket)
    socket.on('close', () => subscribers.delete(socket))
  }
})
