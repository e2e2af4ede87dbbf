package dev.heartbeat.firestore;

class FirestoreIndexedKitTest extends FirestoreKit {
    FirestoreIndexedKitTest() {
        super(FindMode.INDEXED);
    }
}
