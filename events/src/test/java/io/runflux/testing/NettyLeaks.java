// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Has Netty track every buffer, and records those that were collected without being released. */
final class NettyLeaks {
    private static final List<RecordingDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
    private static final long COLLECTION_MILLIS = 2000;

    private NettyLeaks() {}

    /** Netty's classes ask for their detector when they are loaded: this has to come first. */
    static void install() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
    }

    /**
     * A detector reports when it tracks the next object after a garbage collection. The references that a collection
     * cleared are queued one after another; all of them are when the first of the next collection is.
     */
    static void findAll() {
        if (DETECTORS.stream().anyMatch(RecordingDetector::hasTracked)) {
            collectGarbage();
            collectGarbage();
            DETECTORS.forEach(RecordingDetector::reportLeaks);
        }
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(COLLECTION_MILLIS) != sentinel) {
                Incidents.record("no garbage collection within " + COLLECTION_MILLIS + "ms: leaked buffers unknown");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class RecordingFactory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // abstract in Netty
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            RecordingDetector<T> detector = new RecordingDetector<>(resource, samplingInterval);
            DETECTORS.add(detector);
            return detector;
        }
    }

    private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
        private volatile boolean hasTracked;

        RecordingDetector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        public ResourceLeakTracker<T> track(T obj) {
            hasTracked = true;
            return super.track(obj);
        }

        boolean hasTracked() {
            return hasTracked;
        }

        /** The type is erased, and the tracker only compares identities. */
        @SuppressWarnings("unchecked")
        void reportLeaks() {
            T probe = (T) new Object();
            ResourceLeakTracker<T> tracker = super.track(probe);
            if (tracker != null) {
                tracker.close(probe);
            }
            hasTracked = false;
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            Incidents.record("leaked " + resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            Incidents.record("leaked " + resourceType);
        }
    }
}
