package dev.heartbeat.firestore;

class FirestoreScanKitTest extends FirestoreKit {
    FirestoreScanKitTest() {
        super(FindMode.SCAN);
    }
}
