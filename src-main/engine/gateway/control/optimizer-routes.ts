import { evaluationQuery, feedbackInput, optimizerChange, routeQuestion } from '../../../../src-shared/optimizer.ts';
import type {
  Evaluation,
  EvaluationQuery,
  FeedbackInput,
  FeedbackTaken,
  OptimizerChange,
  OptimizerStatus,
  RouteAnswer,
  RouteQuestionInput,
} from '../../../../src-shared/optimizer.ts';
import type { RouteTable } from '../router.ts';
import type { Guard } from './guarded.ts';
import { queryOf } from './guarded.ts';

/** What the control API can ask about choosing and learning. */
export interface OptimizerServices {
  status(): OptimizerStatus;
  change(change: OptimizerChange): Promise<OptimizerStatus>;
  /** What would be chosen now; calls nothing and remembers nothing. */
  route(question: RouteQuestionInput): RouteAnswer;
  /** Rejects with 404 for a request that was never recorded. */
  feedback(input: FeedbackInput): FeedbackTaken;
  evaluate(query: EvaluationQuery): Promise<Evaluation>;
}

export function optimizerRoutes(services: OptimizerServices, guarded: Guard): RouteTable {
  return {
    'GET /control/v1/optimizer': guarded(() => services.status()),
    'POST /control/v1/optimizer': guarded((input) => services.change(optimizerChange.parse(input))),
    'POST /control/v1/route': guarded((input) => services.route(routeQuestion.parse(input))),
    'POST /control/v1/feedback': guarded((input) => services.feedback(feedbackInput.parse(input))),
    'GET /control/v1/evaluation': guarded((_input, call) => services.evaluate(evaluationQuery.parse(queryOf(call)))),
  };
}
